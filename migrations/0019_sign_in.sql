-- Signing in asks for more than a password where its person wants it to. Rows are inert until an event names them: which
-- factor and which codes count, the person's stream says. Only the role `identity` sees them.

-- What shows codes that change with the time.
create table second_factors (
  tenant text collate "C" not null,      -- the platform's
  id text collate "C" primary key,
  user_id text collate "C" not null,
  kek text collate "C" not null,         -- name of the key-encryption key that seals it
  sealed bytea not null,
  last_step bigint not null default 0,   -- the step of the last code that was taken; none at or before it is taken again
  created_at timestamptz not null default now(),
  named_at timestamptz                   -- null: no event is known to name it yet
);

-- Codes for when that is lost. A row goes when its code is used.
create table recovery_codes (
  set_id text collate "C" not null,
  hash text collate "C" not null,        -- HMAC under a key that does not lie in the database
  user_id text collate "C" not null,
  created_at timestamptz not null default now(),
  named_at timestamptz,
  primary key (set_id, hash)
);

create index second_factors_unnamed on second_factors (created_at) where named_at is null;
create index recovery_codes_unnamed on recovery_codes (created_at) where named_at is null;

do $$
declare name text;
begin
  foreach name in array array['second_factors', 'recovery_codes'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy identity on %I to identity using (true) with check (true)', name);
  end loop;
end $$;

grant select, insert, update, delete on second_factors to identity;
grant select, insert, update, delete on recovery_codes to identity;

alter table sessions add column second_factor boolean not null default false; -- whether a code was shown besides the password

-- A browser shows a cookie in the place of tokens.
alter table sessions add column cookie_hash bytea; -- SHA-256; null where there are tokens
create unique index sessions_cookie on sessions (cookie_hash) where cookie_hash is not null;
