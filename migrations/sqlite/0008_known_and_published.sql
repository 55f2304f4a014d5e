-- What was recorded since a moment, so that figures are known again as they were then.
create index posting_by_time on posting (partnership_id, recorded_at);

-- Roll-ups that were published. Nothing of one changes afterwards but whether anybody may read it.
-- `held_by` and `supplied_by` are JSON arrays of ids: whose figures it tells, where it is not those of everybody.
create table publication (
  partnership_id text not null,
  publication_id text not null,
  title text not null,
  asked text not null,
  of_everybody integer not null check (of_everybody in (0, 1)),
  held_by text not null,
  supplied_by text not null,
  published_at integer not null,
  published_by text not null,
  smallest_count integer not null,
  fewest_contracts integer not null,
  fewest_suppliers integer not null,
  digest text not null,
  is_public integer not null check (is_public in (0, 1)),
  primary key (partnership_id, publication_id),
  foreign key (partnership_id) references partnership (partnership_id)
) strict, without rowid;

-- Its rows and its totals. `labels` is a JSON array of [id, name], `quantity` JSON; both are what was told then.
create table publication_figure (
  partnership_id text not null,
  publication_id text not null,
  position integer not null,
  is_total integer not null check (is_total in (0, 1)),
  labels text not null,
  stage text not null,
  worth_column text,
  edition text not null,
  price_base text not null,
  method text not null,
  worth_pence integer,
  quantity text,
  valued_lines integer not null,
  record_only_lines integer not null,
  provisional_lines integer not null,
  nominal_lines integer not null,
  suppressed integer not null check (suppressed in (0, 1)),
  primary key (partnership_id, publication_id, position),
  foreign key (partnership_id, publication_id) references publication (partnership_id, publication_id)
) strict, without rowid;

-- Where the chains of the contracts that it rests on ended. No reference to a chain: one that is gone is to be noticed.
create table publication_head (
  partnership_id text not null,
  publication_id text not null,
  contract_id text not null,
  length integer not null,
  head_hash text not null,
  primary key (partnership_id, publication_id, contract_id),
  foreign key (partnership_id, publication_id) references publication (partnership_id, publication_id)
) strict, without rowid;
