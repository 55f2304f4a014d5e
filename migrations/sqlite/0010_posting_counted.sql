-- What each posting adds to the totals: a reversal takes away what it takes back.
create view posting_counted as
select partnership_id, contract_id, supplier_id, anchor_id, coalesce(place, '') as place, period, from_on, to_on, measure,
  stage, edition, reason, recorded_at,
  case when position = 0 then cast(1 as bigint) else cast(0 as bigint) end as leads,
  case when reverses is null then 1 else -1 end * coalesce(worth_pence, 0) as worth_pence,
  case when reverses is null then 1 else -1 end * coalesce(quantity_micro, 0) as quantity_micro,
  case when reverses is null then 1 else -1 end * coalesce(numerator_micro, 0) as numerator_micro,
  case when reverses is null then 1 else -1 end * coalesce(denominator_micro, 0) as denominator_micro,
  cast(case when worth_pence is null then 0 when reverses is null then 1 else -1 end as bigint) as valued_lines,
  cast(case when worth_pence is not null then 0 when reverses is null then 1 else -1 end as bigint) as record_only_lines,
  case when reverses is null then provisional else -provisional end as provisional_lines,
  case when reverses is null then nominal else -nominal end as nominal_lines
from posting;
