"""Pipeline `sales_outlook`."""

from bootstrap.sales_outlook import SPEC
from lab.pipelines.change_capture import ChangeCapturePipeline

PIPELINE = ChangeCapturePipeline(SPEC, "Sales performance outlook")
