"""Other programs steer vbg: `docs/control.md` is the protocol.

| module | is for |
|---|---|
| `wire` | the messages: what is asked, what is answered, how large they may be. No part of vbg's engine |
| `place`, `client` | finding a running vbg and speaking to it: what `vbg ctl` is made of, and as light as that |
| `steering`, `acts`, `told` | what may be changed, doing it, and what is told about it |
| `rules`, `keeper` | presets by the clock and by who reads the virtual camera |
| `bus`, `shortcuts` | the session's D-Bus; keys by the desktop's portal |
| `server`, `service` | the socket; all of it, on the one thread `vbg-control` |

The thread runs no kernel and touches nothing of the session but its cells, so it can neither stop nor slow a frame.
"""
