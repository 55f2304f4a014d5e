-- Tables of values that a partnership governs itself. `document` is the edition in the keys of its files, as TOML; who did
-- what when stands in columns, and `state` names the furthest of them. The digest of what is published is also in `edition`.
create table proxy_edition (
  partnership_id text not null,
  edition text not null,
  revision integer not null,
  document text not null,
  state text not null,
  drafted_at integer not null,
  drafted_by text not null,
  proposed_at integer,
  proposed_by text,
  approved_at integer,
  approved_by text,
  published_at integer,
  published_by text,
  digest text,
  superseded_at integer,
  superseded_by text,
  successor text,
  withdrawn_at integer,
  withdrawn_by text,
  withdrawn_because text,
  primary key (partnership_id, edition),
  foreign key (partnership_id) references partnership (partnership_id)
) strict;
