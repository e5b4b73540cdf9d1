"""The recorder's virtual clock, held against a real uvicorn. Real time passes here.

The same app, which logs what it does, is played by the recorder and served by uvicorn; real time
is scaled. Both must agree on who is answered what and when, on what was done, when, in which
order, and on what failed. A moment may differ by the larger of 100 ms and 20 % of the time since
the request, and so may each step; `judge` tries again, more slowly, what differs.

`generate` draws descriptions of apps (`description`) and stories; `functions` and `steps` make
apps of them; `corners` and its like are apps by hand; `snippets` are the guide's own.

Left out, and why:

- What a tie decides. `virtual` plays each case five times more with every sleep, arrival and
  hand-over from thread to thread a bit late; if anything but the moments changes by that, the case
  has no one answer. So go: who is let in first after the event loop was blocked, and whether the
  app knows by then that a client has left; whether a thread that releases a lock gets it again;
  whether a thread's call that is cancelled at once has begun.
- The order, at one instant, of two threads, and of the tasks of a set that is cancelled.
- Which error says that a WebSocket is closed: whether its client has answered yet is chance.
- Runs of more than eight virtual seconds, and apps that share an endpoint with an earlier one.
- Of the snippets, those of several workers or of more than ten seconds, and those that wait for
  something in real time: `test_snippets` has their list.
"""
