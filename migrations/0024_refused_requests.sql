-- How often callers who are signed in were refused an operation, by the hour, in the shape of `failed_sign_ins`.
create table refused_requests (
  key text collate "C" not null,
  hour timestamptz not null,
  failures bigint not null,
  primary key (key, hour)
) with (fillfactor = 50);

create index on refused_requests (hour);

alter table refused_requests enable row level security;
alter table refused_requests force row level security;
create policy identity on refused_requests to identity using (true) with check (true);
grant select, insert, update, delete on refused_requests to identity;
