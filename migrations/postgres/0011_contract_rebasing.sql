-- Every change of the edition that all of a contract is valued by; `contract.edition` is the one it rests on now, and
-- `contract.rebased` counts them.
create table contract_rebasing (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  number bigint not null,
  from_edition text collate "C" not null,
  to_edition text collate "C" not null,
  reason text collate "C" not null,
  recorded_at bigint not null,
  primary key (partnership_id, contract_id, number),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id)
);
alter table contract add column rebased bigint not null default 0;
