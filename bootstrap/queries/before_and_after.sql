-- One order before and after each of its changes; the parameter is its id, in quotes: '0-1'.
SELECT cdc_event_type AS event,
       creation_datetime AS changed_at,
       lag(quantity) OVER changes AS quantity_before,
       if(cdc_event_type = 'REMOVE', NULL, quantity) AS quantity_after,
       lag(price) OVER changes AS price_before,
       if(cdc_event_type = 'REMOVE', NULL, price) AS price_after
FROM {table}
WHERE {key} = ?
WINDOW changes AS (ORDER BY length(cdc_sequence_number), cdc_sequence_number)
ORDER BY length(cdc_sequence_number), cdc_sequence_number
