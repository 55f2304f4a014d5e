-- Scopes beyond contracts: programmes and corporate activity stand where contracts do, and each says whose money pays it.
-- What was there before is a contract, paid by its price. `supplier_id` is whoever delivers it. No references: SQLite adds
-- none to a table that is there, and a proof takes out a contract without the one that pays it.
alter table contract
  add column kind text collate "C" not null default 'contract',
  add column funding text collate "C" not null default 'contract_price',
  add column funder_id text collate "C",
  add column funder_name text collate "C",
  add column funding_reference text collate "C",
  add column funded_by text collate "C";
create index contract_by_funded_by on contract (partnership_id, funded_by) where funded_by is not null;
create index contract_by_funding_reference on contract (partnership_id, funding_reference)
  where funding_reference is not null;

-- The funding source of its contract, so that roll-ups over many contracts keep it apart without looking for them.
alter table contract_total add column funding text collate "C" not null default 'contract_price';
alter table publication_figure add column funding text collate "C" not null default 'contract_price';

drop view posting_counted;
drop view anchor_total_readable;
drop view contract_total_readable;

-- What differs in whose money pays it is never added up.
alter table anchor_total add column funding text collate "C" not null default 'contract_price';
alter table anchor_total
  alter column funding drop default,
  drop constraint anchor_total_pkey,
  add primary key (partnership_id, stage, anchor_id, period, measure, place, edition, leads, funding);

create view anchor_total_readable as
select partnership_id, anchor_id, measure, place, period, cast(from_on as date) as from_day,
  cast(to_on as date) as to_day, stage, edition, funding, leads = 1 as leads,
  cast(worth_pence as numeric) / 100 as pounds, cast(quantity_micro as numeric) / 1000000 as quantity,
  valued_lines, record_only_lines, provisional_lines, nominal_lines
from anchor_total;

create view contract_total_readable as
select total.partnership_id, contract.reference, contract.kind, total.contract_id, total.supplier_id, total.anchor_id,
  total.measure, total.place, total.period, cast(total.from_on as date) as from_day,
  cast(total.to_on as date) as to_day, total.stage, total.edition, total.funding, total.leads = 1 as leads,
  cast(total.worth_pence as numeric) / 100 as pounds, cast(total.quantity_micro as numeric) / 1000000 as quantity,
  total.valued_lines, total.record_only_lines, total.provisional_lines, total.nominal_lines
from contract_total as total
join contract on contract.partnership_id = total.partnership_id and contract.contract_id = total.contract_id;

-- What each posting adds to the totals: a reversal takes away what it takes back. Its funding is that of its contract.
create view posting_counted as
select posting.partnership_id, posting.contract_id, posting.supplier_id, anchor_id, coalesce(place, '') as place, period,
  from_on, to_on, measure, stage, posting.edition, contract.funding, reason, recorded_at,
  case when position = 0 then cast(1 as bigint) else cast(0 as bigint) end as leads,
  case when reverses is null then 1 else -1 end * coalesce(worth_pence, 0) as worth_pence,
  case when reverses is null then 1 else -1 end * coalesce(quantity_micro, 0) as quantity_micro,
  case when reverses is null then 1 else -1 end * coalesce(numerator_micro, 0) as numerator_micro,
  case when reverses is null then 1 else -1 end * coalesce(denominator_micro, 0) as denominator_micro,
  cast(case when worth_pence is null then 0 when reverses is null then 1 else -1 end as bigint) as valued_lines,
  cast(case when worth_pence is not null then 0 when reverses is null then 1 else -1 end as bigint) as record_only_lines,
  case when reverses is null then provisional else -provisional end as provisional_lines,
  case when reverses is null then nominal else -nominal end as nominal_lines
from posting
join contract on contract.partnership_id = posting.partnership_id and contract.contract_id = posting.contract_id;
