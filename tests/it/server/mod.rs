mod alarms;
mod check;
mod commands;
mod dev;
mod health;
mod private_servers;
mod split;
