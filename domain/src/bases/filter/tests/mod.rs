mod agreement;
mod reading;
mod sample;
