mod bounds;
mod shapes;
mod table;
