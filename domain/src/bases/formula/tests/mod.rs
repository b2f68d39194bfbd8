mod arbitrary;
mod reading;
mod references;
