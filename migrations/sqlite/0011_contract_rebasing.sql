-- Every change of the edition that all of a contract is valued by; `contract.edition` is the one it rests on now, and
-- `contract.rebased` counts them.
create table contract_rebasing (
  partnership_id text not null,
  contract_id text not null,
  number integer not null,
  from_edition text not null,
  to_edition text not null,
  reason text not null,
  recorded_at integer not null,
  primary key (partnership_id, contract_id, number),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id)
) strict;
alter table contract add column rebased integer not null default 0;
