-- When Airtable was asked last about each base that follows one there, and how often this month. It is not in the log, because
-- nothing happened; without it, a base about which there is nothing to hear would look like one that nobody asks about.
create table airtable_contacts (
  tenant text collate "C" not null,
  base text collate "C" not null,
  asked_at timestamptz,                -- what happened before that is here; null: it was only read so far
  month date not null,                 -- in UTC
  requests bigint not null,            -- in that month
  primary key (tenant, base)
);

alter table airtable_contacts enable row level security;
alter table airtable_contacts force row level security;
create policy identity on airtable_contacts to identity using (true) with check (true);
grant select, insert, update, delete on airtable_contacts to identity;
