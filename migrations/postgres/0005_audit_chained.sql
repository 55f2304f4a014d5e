-- The audit is chained as postings are, one chain for each contract and one (of contract_id '') for what belongs to none.

-- Where a chain of the audit ends. Its row is taken before an entry is appended; it reveals a tail that was cut off.
create table audit_chain (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  length bigint not null,
  head_hash text collate "C" not null,
  recorded_at bigint not null,
  primary key (partnership_id, contract_id),
  foreign key (partnership_id) references partnership (partnership_id)
);

alter table audit rename to audit_before;
alter table audit_before rename constraint audit_pkey to audit_before_pkey;

-- Who did what when, or was refused it, with what was before and after as JSON: appended, never changed.
create table audit (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  sequence bigint not null,
  audit_id text collate "C" not null,
  recorded_at bigint not null,
  actor_id text collate "C" not null,
  roles text collate "C" not null,
  action text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_id text collate "C" not null,
  outcome text collate "C" not null,
  before_json text collate "C",
  after_json text collate "C",
  hash text collate "C" not null,
  primary key (partnership_id, contract_id, sequence),
  foreign key (partnership_id, contract_id) references audit_chain (partnership_id, contract_id)
);

-- What was there already takes its place by time. Its hashes are those of the program: it fills in what is empty.
alter table audit_before add column contract_id text collate "C";
update audit_before set contract_id = case
  when subject_kind = 'contract' then subject_id
  when subject_kind in ('commitment', 'return') then split_part(subject_id, '/', 1)
  else ''
end;
insert into audit_chain (partnership_id, contract_id, length, head_hash, recorded_at)
select partnership_id, contract_id, count(*), '', max(recorded_at) from audit_before group by partnership_id, contract_id;
insert into audit
select partnership_id, contract_id,
  row_number() over (partition by partnership_id, contract_id order by recorded_at, audit_id),
  audit_id, recorded_at, actor_id, '', action, subject_kind, subject_id, 'done', before_json, after_json, ''
from audit_before;
drop table audit_before;

-- For the list: by time, with what it is filtered by, so that a row is looked up only when it is shown.
create index audit_by_time on audit
  (partnership_id, recorded_at, audit_id, contract_id, actor_id, action, subject_kind, outcome);
