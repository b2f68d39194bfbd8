-- Run in the schema of a read model's version, after its tables: guards every table.
do $$
declare
  made_in name := current_schema();
  made name;
begin
  execute format('grant usage on schema %I to app, projector, backup', made_in);

  for made in
    select c.relname from pg_class c where c.relnamespace = made_in::regnamespace and c.relkind in ('r', 'p')
  loop
    if not exists (select from pg_attribute
                   where attrelid = format('%I.%I', made_in, made)::regclass and attname = 'tenant') then
      raise exception 'table % has no column tenant', made;
    end if;
    execute format('alter table %I enable row level security', made);
    execute format('alter table %I force row level security', made);
    execute format('create policy projector on %I to projector using (true) with check (true)', made);
    execute format('create policy app on %I for select to app using (tenant = nullif(current_setting(''airtide.tenant'', true), ''''))', made);
    execute format('grant select, insert, update, delete on %I to projector', made);
    execute format('grant select on %I to app, backup', made);
    -- Row-level security keeps indexes of cells from being used, so records are read in a role that it lets see all of
    -- them, by queries of one module.
    if made in ('records', 'record_bases') then
      execute format('grant usage on schema %I to records_reader', made_in);
      execute format('create policy records_reader on %I for select to records_reader using (true)', made);
      execute format('grant select on %I to records_reader', made);
    end if;
  end loop;
end $$;
