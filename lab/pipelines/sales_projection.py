"""Pipeline `sales_projection`."""

from bootstrap.sales_projection import SPEC
from lab.pipelines.change_capture import ChangeCapturePipeline

PIPELINE = ChangeCapturePipeline(SPEC, "Sales data projection")
