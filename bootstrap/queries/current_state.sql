-- The orders as they are now: the last change of each, unless it was a delete.
WITH changes AS (
  SELECT *,
         row_number() OVER (PARTITION BY {key}
                            ORDER BY length(cdc_sequence_number) DESC, cdc_sequence_number DESC) AS age
  FROM {table}
)
SELECT {key}, product_name, quantity, price, creation_datetime AS changed_at
FROM changes
WHERE age = 1 AND cdc_event_type <> 'REMOVE'
ORDER BY {key}
