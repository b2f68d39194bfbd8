-- Commands travel without the fingerprints of their requests: these are made with a key that stays where it is.
alter table command_log alter column request_mac drop not null;
