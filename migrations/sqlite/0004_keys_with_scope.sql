-- Keys with a role that is asked, the organisations it is for, and where they may be used from.
-- Made anew, because SQLite adds no column that must be there without a default.
alter table api_key rename to api_key_before;

-- Who may call. The secret itself is never kept, only its SHA-256.
-- `organisations` is a JSON array of ids, empty for a role in the whole partnership; `networks` one of CIDR texts, empty for anywhere.
-- `holder_id` is the first key of a chain of rotations: they are all the same hand.
create table api_key (
  partnership_id text not null,
  key_id text not null,
  name text not null,
  role text not null,
  secret_sha256 text not null,
  prefix text not null,
  created_at integer not null,
  expires_at integer,
  revoked_at integer,
  organisations text not null,
  networks text not null,
  holder_id text not null,
  rotated_at integer,
  last_used_at integer,
  primary key (partnership_id, key_id),
  unique (partnership_id, secret_sha256),
  foreign key (partnership_id) references partnership (partnership_id),
  foreign key (partnership_id, holder_id) references api_key (partnership_id, key_id)
) strict, without rowid;

insert into api_key
  (partnership_id, key_id, name, role, secret_sha256, prefix, created_at, expires_at, revoked_at,
   organisations, networks, holder_id)
select partnership_id, key_id, name, role, secret_sha256, prefix, created_at, expires_at, revoked_at,
  '[]', '[]', key_id
from api_key_before;

drop table api_key_before;
