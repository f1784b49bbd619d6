"""Pipeline `sales_cdc`."""

from bootstrap.sales_cdc import SPEC
from lab.pipelines.change_capture import ChangeCapturePipeline

PIPELINE = ChangeCapturePipeline(SPEC, "Sales change data capture")
