-- For analysts: pounds, units (of posts in work post-months: twelve are a post-year) and times as people read them. Only reading; nothing in the program uses them.

create view posting_readable as
select partnership_id, contract_id, sequence,
  to_timestamp(recorded_at / 1000000.0) as recorded,
  reason, reverses, stage, period, cast(from_on as date) as from_day, cast(to_on as date) as to_day, line,
  anchor_id, measure, worth_column, supplier_id, place, tier, target_group, edition, price_base,
  in_extension = 1 as in_extension, provisional = 1 as provisional, nominal = 1 as nominal,
  case when reverses is null then 1 else -1 end * cast(quantity_micro as numeric) / 1000000 as quantity,
  case when reverses is null then 1 else -1 end * cast(worth_pence as numeric) / 100 as pounds
from posting;

create view anchor_total_readable as
select partnership_id, anchor_id, measure, place, period, cast(from_on as date) as from_day,
  cast(to_on as date) as to_day, stage, edition, leads = 1 as leads,
  cast(worth_pence as numeric) / 100 as pounds, cast(quantity_micro as numeric) / 1000000 as quantity,
  valued_lines, record_only_lines, provisional_lines, nominal_lines
from anchor_total;

create view contract_total_readable as
select total.partnership_id, contract.reference, total.contract_id, total.supplier_id, total.anchor_id,
  total.measure, total.place, total.period, cast(total.from_on as date) as from_day,
  cast(total.to_on as date) as to_day, total.stage, total.edition, total.leads = 1 as leads,
  cast(total.worth_pence as numeric) / 100 as pounds, cast(total.quantity_micro as numeric) / 1000000 as quantity,
  total.valued_lines, total.record_only_lines, total.provisional_lines, total.nominal_lines
from contract_total as total
join contract on contract.partnership_id = total.partnership_id and contract.contract_id = total.contract_id;
