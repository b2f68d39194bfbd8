-- Keys of people can be destroyed, by a role that can do nothing else: it sees no key, and what it changed once it cannot
-- change again.
create policy eraser on subject_keys for select to eraser using (true);
create policy eraser_destroys on subject_keys for update to eraser
  using (erased_at is null) with check (wrapped is null and erased_at is not null);
grant select (tenant, subject, erased_at), update (wrapped, erased_at) on subject_keys to eraser;

-- Every node asks now and then whose key was destroyed of late.
create index subject_keys_erased on subject_keys (erased_at) where erased_at is not null;
