-- Who follows the log is told of each batch, once, when it is committed. A notification takes a lock of the whole
-- cluster at commit, so there is never one per event. It wakes followers; what is true they read from the tables.

create function announce_batch() returns trigger language plpgsql as $$
begin
  perform pg_notify('airtide_log', new.incarnation || ':' || new.last_position);
  return null;
end $$;

revoke execute on function announce_batch from public;

create trigger announce after insert on log_batches for each row execute function announce_batch();
