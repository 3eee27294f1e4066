from vbg.api import remove_background as remove_background
from vbg.errors import VbgError as VbgError
from vbg.frame import Frame as Frame
from vbg.matting.style import Style as Style
from vbg.pipeline import Pipeline as Pipeline
from vbg.settings import Look as Look

__all__: list[str]
__version__: str
