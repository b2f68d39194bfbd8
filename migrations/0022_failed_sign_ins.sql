-- How often signing in under a name failed, by the hour. `key` is an HMAC: no name and no address stands here. The log is told
-- when there are many, and so an attacker cannot make it grow.
create table failed_sign_ins (
  key text collate "C" not null,
  hour timestamptz not null,
  failures bigint not null,
  primary key (key, hour)
) with (fillfactor = 50);

create index on failed_sign_ins (hour);

alter table failed_sign_ins enable row level security;
alter table failed_sign_ins force row level security;
create policy identity on failed_sign_ins to identity using (true) with check (true);
grant select, insert, update, delete on failed_sign_ins to identity;
