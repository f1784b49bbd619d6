"""Functions of Trino that are not here, by family, so that a call says so instead of "not registered".

https://trino.io/docs/current/functions/list.html
"""

from localstack_lab.athena.sql.functions.registry import lacking

lacking(
    *("bing_tile", "bing_tile_at", "bing_tile_coordinates", "bing_tile_polygon", "bing_tile_quadkey"),
    *("bing_tile_zoom_level", "bing_tiles_around", "convex_hull_agg", "from_encoded_polyline"),
    *("from_geojson_geometry", "geometry_from_hadoop_shape", "geometry_invalid_reason"),
    *("geometry_nearest_points", "geometry_to_bing_tiles", "geometry_union", "geometry_union_agg"),
    *("great_circle_distance", "line_interpolate_point", "line_interpolate_points", "line_locate_point"),
    *("simplify_geometry", "spatial_partitioning", "spatial_partitions", "to_encoded_polyline"),
    *("to_geojson_geometry", "to_geometry", "to_spherical_geography"),
    *("st_area", "st_asbinary", "st_astext", "st_boundary", "st_buffer", "st_centroid", "st_contains"),
    *("st_convexhull", "st_coorddim", "st_crosses", "st_difference", "st_dimension", "st_disjoint"),
    *("st_distance", "st_endpoint", "st_envelope", "st_envelopeaspts", "st_equals", "st_exteriorring"),
    *("st_geometries", "st_geometryfromtext", "st_geometryn", "st_geometrytype", "st_geomfrombinary"),
    *("st_interiorringn", "st_interiorrings", "st_intersection", "st_intersects", "st_isclosed"),
    *("st_isempty", "st_isring", "st_issimple", "st_isvalid", "st_length", "st_linefromtext"),
    *("st_linestring", "st_multipoint", "st_numgeometries", "st_numinteriorring", "st_numpoints"),
    *("st_overlaps", "st_point", "st_pointn", "st_points", "st_polygon", "st_relate", "st_startpoint"),
    *("st_symdifference", "st_touches", "st_union", "st_within", "st_x", "st_xmax", "st_xmin", "st_y"),
    *("st_ymax", "st_ymin", "geometry_to_wkt", "st_geomfromkml", "st_geomfromtext"),
    reason="geospatial functions",
)
lacking("bar", "color", "render", "rgb", reason="colours of a terminal")
lacking(
    *("classify", "features", "learn_classifier", "learn_libsvm_classifier", "learn_libsvm_regressor"),
    *("learn_regressor", "regress", "evaluate_classifier_predictions"),
    reason="machine learning",
)
lacking("objectid", "objectid_timestamp", "timestamp_objectid", reason="MongoDB's object ids")
lacking(
    "contains_ip", "ip_prefix", "ip_subnet_max", "ip_subnet_min", "ip_subnet_range", reason="IP addresses"
)
lacking("index", reason="a Teradata function")
lacking("theta_sketch_estimate", "theta_sketch_union", reason="data sketches")
lacking("exclude_columns", reason="a table function")
lacking("version", reason="Athena does not say which Trino it runs")
