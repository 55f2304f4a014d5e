-- Scopes beyond contracts: programmes and corporate activity stand where contracts do, and each says whose money pays it.
-- What was there before is a contract, paid by its price. `supplier_id` is whoever delivers it. No references: SQLite adds
-- none to a table that is there, and a proof takes out a contract without the one that pays it.
alter table contract add column kind text not null default 'contract';
alter table contract add column funding text not null default 'contract_price';
alter table contract add column funder_id text;
alter table contract add column funder_name text;
alter table contract add column funding_reference text;
alter table contract add column funded_by text;
create index contract_by_funded_by on contract (partnership_id, funded_by) where funded_by is not null;
create index contract_by_funding_reference on contract (partnership_id, funding_reference)
  where funding_reference is not null;

-- The funding source of its contract, so that roll-ups over many contracts keep it apart without looking for them.
alter table contract_total add column funding text not null default 'contract_price';
alter table publication_figure add column funding text not null default 'contract_price';

drop view posting_counted;
alter table anchor_total rename to anchor_total_before;

-- The same sums without contract, which answer dashboards: what differs in whose money pays it is never added up.
create table anchor_total (
  partnership_id text not null,
  anchor_id text not null,
  measure text not null,
  place text not null,
  period text not null,
  from_on text not null,
  to_on text not null,
  stage text not null,
  edition text not null,
  leads integer not null check (leads in (0, 1)),
  worth_pence integer not null,
  quantity_micro integer not null,
  numerator_micro integer not null,
  denominator_micro integer not null,
  valued_lines integer not null,
  record_only_lines integer not null,
  provisional_lines integer not null,
  nominal_lines integer not null,
  funding text not null,
  primary key (partnership_id, stage, anchor_id, period, measure, place, edition, leads, funding),
  check (worth_pence between -9000000000000000000 and 9000000000000000000),
  check (quantity_micro between -9000000000000000000 and 9000000000000000000),
  check (numerator_micro between -9000000000000000000 and 9000000000000000000),
  check (denominator_micro between -9000000000000000000 and 9000000000000000000)
) strict, without rowid;
insert into anchor_total select anchor_total_before.*, 'contract_price' from anchor_total_before;
drop table anchor_total_before;

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
