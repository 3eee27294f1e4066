"""The window: the only place that imports Qt.

| thread | owns |
|---|---|
| Qt's | every widget. It polls `Preview.slot` and the session's status on its own clock; no frame travels in a signal |
| `vbg-load` | once, at the start: imports what is heavy and reads the settings while the window already shows |
| `vbg-session`, `vbg-camera` | the session's, see `vbg.session`; the window reaches it through `Engine`, which swaps values |
| `vbg-watch` | looks for cameras, virtual cameras and their users every two seconds |
| Qt's pool | thumbnails |
"""
