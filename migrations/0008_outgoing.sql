-- What leaves the house: in development mails are kept here instead of sent.

create table dev_mailbox (
  id text collate "C" primary key,     -- of the work: the same mail is kept once
  recipient text not null,
  subject text not null,
  body text not null,
  sent_at timestamptz not null default now()
);

create index on dev_mailbox (sent_at);

alter table dev_mailbox enable row level security;
alter table dev_mailbox force row level security;
create policy identity on dev_mailbox to identity using (true) with check (true);
grant select, insert, delete on dev_mailbox to identity;
