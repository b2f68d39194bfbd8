-- What leaves the house: the secrets that webhooks sign with, and the mails that development keeps instead of sending.

-- A row is inert until an event names it. Which secrets sign at a time, the webhook's stream says.
create table webhook_secrets (
  tenant text collate "C" not null,
  webhook_id text collate "C" not null,
  id text collate "C" not null,
  kek text collate "C" not null,       -- name of the key-encryption key that seals it
  sealed bytea not null,
  created_at timestamptz not null default now(),
  named_at timestamptz,                -- null: no event is known to name it yet
  ends_at timestamptz,                 -- from when on it signs nothing any more
  primary key (tenant, webhook_id, id)
);

create index on webhook_secrets (created_at) where named_at is null;
create index on webhook_secrets (ends_at) where ends_at is not null;

create table dev_mailbox (
  id text collate "C" primary key,     -- of the work: the same mail is kept once
  recipient text not null,
  subject text not null,
  body text not null,
  sent_at timestamptz not null default now()
);

create index on dev_mailbox (sent_at);

do $$
declare name text;
begin
  foreach name in array array['webhook_secrets', 'dev_mailbox'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy identity on %I to identity using (true) with check (true)', name);
  end loop;
end $$;

grant select, insert, update, delete on webhook_secrets to identity;
grant select, insert, delete on dev_mailbox to identity;
