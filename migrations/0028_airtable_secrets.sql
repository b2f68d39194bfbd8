-- What opens Airtable and what its notifications are signed with, in the shape of `webhook_secrets`. A row is inert until an
-- event of its connection, or of its base, names it.
create table airtable_secrets (
  tenant text collate "C" not null,
  owner_id text collate "C" not null,  -- a connection, or a base
  id text collate "C" not null,
  kek text collate "C" not null,       -- name of the key-encryption key that seals it
  sealed bytea not null,
  created_at timestamptz not null default now(),
  named_at timestamptz,                -- null: no event is known to name it yet
  primary key (tenant, owner_id, id)
);

create index on airtable_secrets (created_at) where named_at is null;
create index airtable_secrets_by_key on airtable_secrets (kek) where sealed is not null;

create trigger refuse_a_retired_key before insert or update of kek on airtable_secrets
  for each row execute function refuse_a_retired_key();

alter table airtable_secrets enable row level security;
alter table airtable_secrets force row level security;
create policy identity on airtable_secrets to identity using (true) with check (true);
create policy key_keeper on airtable_secrets to key_keeper using (true) with check (true);
grant select, insert, update, delete on airtable_secrets to identity;
grant select, update (kek, sealed) on airtable_secrets to key_keeper;
