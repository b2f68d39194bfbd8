-- The roles of the log. Repeatable: runs before every `migrate up`, as the login of DATABASE_URL.
-- Roles belong to the whole cluster, so another database of it may be making them at this moment.
do $$
declare
  name text;
  is_superuser boolean := (select rolsuper from pg_roles where rolname = current_user);
  -- Since PostgreSQL 16 whoever makes a role is its member, and may still not take it.
  may_take text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  foreach name in array array['owner', 'log_writer', 'log_reader', 'app', 'identity', 'records_reader', 'projector', 'worker', 'relay', 'key_keeper', 'eraser', 'backup'] loop
    begin
      if not exists (select from pg_roles where rolname = name) then
        execute format('create role %I nologin', name);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
      if not is_superuser and not pg_has_role(current_user, name, may_take) then
        execute format('grant %I to %I', name, current_user);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;

-- Rights that only some logins can give, each on its own. What is missing is named by `airtide doctor`.
do $$
begin
  if not (select rolbypassrls from pg_roles where rolname = 'backup') then
    alter role backup bypassrls;
  end if;
exception
  when insufficient_privilege then null;
  when internal_error then null; -- "tuple concurrently updated": another database of the cluster did the same
end $$;

do $$
begin
  if not pg_has_role('log_reader', 'pg_read_all_stats', 'member') then
    grant pg_read_all_stats to log_reader;
  end if;
exception
  when insufficient_privilege or duplicate_object or unique_violation then null;
  when internal_error then null;
end $$;

-- Read models live in schemas of their own.
do $$
begin
  if not has_database_privilege('owner', current_database(), 'create') then
    execute format('grant create on database %I to owner', current_database());
  end if;
end $$;

grant usage, create on schema public to owner;
grant usage on schema public to log_writer, log_reader, app, identity, records_reader, projector, worker, relay, key_keeper, eraser, backup;
