-- Keys with a role that is asked, the organisations it is for, and where they may be used from.
-- `organisations` is a JSON array of ids, empty for a role in the whole partnership; `networks` one of CIDR texts, empty for anywhere.
-- `holder_id` is the first key of a chain of rotations: they are all the same hand.
alter table api_key
  add column organisations text collate "C",
  add column networks text collate "C",
  add column holder_id text collate "C",
  add column rotated_at bigint,
  add column last_used_at bigint;

update api_key set organisations = '[]', networks = '[]', holder_id = key_id;

alter table api_key
  alter column organisations set not null,
  alter column networks set not null,
  alter column holder_id set not null,
  add foreign key (partnership_id, holder_id) references api_key (partnership_id, key_id);
