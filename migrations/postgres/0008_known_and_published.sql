-- What was recorded since a moment, so that figures are known again as they were then.
create index posting_by_time on posting (partnership_id, recorded_at);

-- Roll-ups that were published. Nothing of one changes afterwards but whether anybody may read it.
-- `held_by` and `supplied_by` are JSON arrays of ids: whose figures it tells, where it is not those of everybody.
create table publication (
  partnership_id text collate "C" not null,
  publication_id text collate "C" not null,
  title text collate "C" not null,
  asked text collate "C" not null,
  of_everybody bigint not null check (of_everybody in (0, 1)),
  held_by text collate "C" not null,
  supplied_by text collate "C" not null,
  published_at bigint not null,
  published_by text collate "C" not null,
  smallest_count bigint not null,
  fewest_contracts bigint not null,
  fewest_suppliers bigint not null,
  digest text collate "C" not null,
  is_public bigint not null check (is_public in (0, 1)),
  primary key (partnership_id, publication_id),
  foreign key (partnership_id) references partnership (partnership_id)
);

-- Its rows and its totals. `labels` is a JSON array of [id, name], `quantity` JSON; both are what was told then.
create table publication_figure (
  partnership_id text collate "C" not null,
  publication_id text collate "C" not null,
  position bigint not null,
  is_total bigint not null check (is_total in (0, 1)),
  labels text collate "C" not null,
  stage text collate "C" not null,
  worth_column text collate "C",
  edition text collate "C" not null,
  price_base text collate "C" not null,
  method text collate "C" not null,
  worth_pence bigint,
  quantity text collate "C",
  valued_lines bigint not null,
  record_only_lines bigint not null,
  provisional_lines bigint not null,
  nominal_lines bigint not null,
  suppressed bigint not null check (suppressed in (0, 1)),
  primary key (partnership_id, publication_id, position),
  foreign key (partnership_id, publication_id) references publication (partnership_id, publication_id)
);

-- Where the chains of the contracts that it rests on ended. No reference to a chain: one that is gone is to be noticed.
create table publication_head (
  partnership_id text collate "C" not null,
  publication_id text collate "C" not null,
  contract_id text collate "C" not null,
  length bigint not null,
  head_hash text collate "C" not null,
  primary key (partnership_id, publication_id, contract_id),
  foreign key (partnership_id, publication_id) references publication (partnership_id, publication_id)
);
