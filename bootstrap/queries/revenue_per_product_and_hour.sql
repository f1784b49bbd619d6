-- What the orders that still stand are worth, by product and by the hour in which they were placed.
WITH changes AS (
  SELECT *,
         row_number() OVER (PARTITION BY {key}
                            ORDER BY length(cdc_sequence_number) DESC, cdc_sequence_number DESC) AS age,
         min(from_iso8601_timestamp(creation_datetime)) OVER (PARTITION BY {key}) AS placed_at
  FROM {table}
)
SELECT date_format(placed_at, '%Y-%m-%d %H:00') AS hour,
       product_name,
       count(*) AS orders,
       sum(quantity) AS items,
       round(sum(quantity * price), 2) AS revenue
FROM changes
WHERE age = 1 AND cdc_event_type <> 'REMOVE'
GROUP BY 1, 2
ORDER BY hour, revenue DESC
