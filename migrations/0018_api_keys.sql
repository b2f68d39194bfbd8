-- Secrets of API keys, as hashes: one row per secret, of which a key has one, and a second while it is rotated. A row
-- is inert until an event names it. Only the role `identity` sees them.
create table api_keys (
  secret_id text collate "C" primary key,
  key_id text collate "C" not null,
  tenant text collate "C" not null,
  owner text collate "C" not null,     -- whoever it acts for: a person, or a service account
  secret_hash bytea not null,          -- SHA-256
  last_four text collate "C" not null, -- of the whole text, to tell keys apart
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  named_at timestamptz,                -- null: no event is known to name it yet
  used_at timestamptz,                 -- to five minutes
  revoked_at timestamptz,
  revoked_because text,
  recorded_at timestamptz              -- when the event of its end was written
);

create unique index api_keys_shown on api_keys (key_id, secret_hash);
create index api_keys_of_tenant on api_keys (tenant, owner, key_id);
create index api_keys_unnamed on api_keys (created_at) where named_at is null;
create index api_keys_unrecorded on api_keys (revoked_at) where revoked_at is not null and recorded_at is null;

alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy identity on api_keys to identity using (true) with check (true);
grant select, insert, update, delete on api_keys to identity;
