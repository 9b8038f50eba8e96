"""From raw inputs to a request, and from a reply to a result: pure functions over plain data.

Nothing here touches a wire, a clock, a file or chance. What is Zoom's own here is a form of a value (a join link, a
double slash, a tracking header), each beside the page that tells of it.
`values` coerces and checks, `rules` checks across inputs, `bind` places, `pages` goes on, `replies` judges answers,
`retry` decides on another try.
"""
