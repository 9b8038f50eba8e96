"""From raw inputs to a request, and from a reply to a result: pure functions over plain data.

Nothing here touches a wire, a clock, a file or chance; what a platform's API is called is not known here either.
`values` coerces and checks, `rules` checks across inputs, `bind` places, `pages` goes on, `replies` judges answers,
`retry` decides on another try.
"""
