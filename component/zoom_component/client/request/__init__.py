"""Check raw inputs, ask for pages, and turn a reply into a result: pure functions over plain data.

Nothing here touches the network, a clock, a file or random numbers. What is specific to Zoom is the form of a value
(a join link, a UUID with slashes, a tracking header), next to the page that documents it. `inputs` validates with
`values` and `formats`; `paging` asks for further pages; `replies` reads answers; `retry` decides on another attempt.
`handlers.http` builds the request.
"""
