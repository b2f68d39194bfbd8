-- The keys of the folder that wrap what is secret in the database, oldest first. One that is added is only known until
-- every node has its file; from `used_from` on the newest wraps; one that is retired opens nothing any more.
create table wrapping_keys (
  number integer primary key check (number > 0),
  name text collate "C" not null unique generated always as ('key-encryption-' || number::text) stored,
  added_at timestamptz not null default now(),
  used_from timestamptz,               -- null: only known
  retired_at timestamptz
);

insert into wrapping_keys(number, used_from) values (1, now());

-- The private halves of what signs access tokens. What a key does at a time follows from these times alone: it signs
-- from `signs_from` until the next one does, and its tokens are good until they end by themselves.
create table signing_keys (
  tenant text collate "C" not null,    -- the platform's
  kid text collate "C" not null,
  kek text collate "C" not null,       -- name of the key that seals it
  sealed bytea not null,
  published_at timestamptz not null default now(),
  signs_from timestamptz not null,
  primary key (tenant, kid)
);

-- Whoever seals holds on to the list while it writes, so that no key is retired in between.
create function refuse_a_retired_key() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('airtide.wrapping_keys'));
  if exists (select from wrapping_keys where name = new.kek and retired_at is not null) then
    raise exception 'the key % is retired and wraps nothing any more', new.kek
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  return new;
end $$;

do $$
declare name text;
begin
  foreach name in array array['subject_keys', 'webhook_secrets', 'signing_keys', 'second_factors'] loop
    execute format('create trigger refuse_a_retired_key before insert or update of kek on %I
                    for each row execute function refuse_a_retired_key()', name);
  end loop;
  foreach name in array array['wrapping_keys', 'signing_keys'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
  end loop;
  foreach name in array array['log_writer', 'log_reader', 'identity'] loop
    execute format('create policy %I on wrapping_keys for select to %I using (true)', name, name);
  end loop;
  foreach name in array array['wrapping_keys', 'key_marks', 'subject_keys', 'webhook_secrets', 'signing_keys', 'second_factors'] loop
    execute format('create policy key_keeper on %I to key_keeper using (true) with check (true)', name);
  end loop;
end $$;
create policy identity on key_marks for select to identity using (true);
create policy identity on signing_keys to identity using (true) with check (true);

-- Counting and finding what a key wraps.
create index subject_keys_by_key on subject_keys (kek) where wrapped is not null;
create index webhook_secrets_by_key on webhook_secrets (kek) where sealed is not null;
create index signing_keys_by_key on signing_keys (kek) where sealed is not null;
create index second_factors_by_key on second_factors (kek) where sealed is not null;

grant select on wrapping_keys to log_writer, log_reader, identity;
grant select on key_marks to identity;
grant select, insert, update, delete on signing_keys to identity;
grant select, insert on key_marks to key_keeper;
grant select, insert, update (used_from, retired_at) on wrapping_keys to key_keeper;
grant select, update (kek, wrapped) on subject_keys to key_keeper;
grant select, update (kek, sealed) on webhook_secrets, signing_keys, second_factors to key_keeper;
