-- Run in the schema of a read model's version: queries, which know stable names only, read these tables from then on.
do $$
declare
  made_in name := current_schema();
  made name;
begin
  create schema if not exists read;
  grant usage on schema read to app, backup, records_reader;

  for made in
    select c.relname from pg_class c where c.relnamespace = made_in::regnamespace and c.relkind in ('r', 'p')
  loop
    begin
      execute format('create or replace view read.%I with (security_invoker = true) as select * from %I.%I', made, made_in, made);
    exception when invalid_table_definition then
      -- Another version, with other columns.
      execute format('drop view read.%I', made);
      execute format('create view read.%I with (security_invoker = true) as select * from %I.%I', made, made_in, made);
    end;
    execute format('grant select on read.%I to app, backup', made);
    if has_table_privilege('records_reader', format('%I.%I', made_in, made), 'select') then
      execute format('grant select on read.%I to records_reader', made);
    end if;
  end loop;
end $$;
