-- The application's own migration. It knows nothing of Homecoming.
create schema workshop;

create type workshop.state as enum ('in use', 'stored', 'scrapped');

create table workshop.technician (
  technician_id integer primary key,
  login varchar(40) not null unique,
  name varchar(100) not null default ''
);

create table workshop.machine (
  machine_id integer primary key,
  serial varchar(30) not null unique,
  place varchar(100) not null default '',
  technician_id integer not null references workshop.technician,
  price numeric(10, 2),
  state workshop.state not null default 'in use',
  -- In no dictionary: kept here, and filled by its default for what comes from the road.
  created_at timestamptz not null default now()
);

create table workshop.visit (
  visit_id integer primary key,
  machine_id integer not null references workshop.machine on delete cascade,
  planned date,
  done boolean not null default false,
  minutes integer not null default 0,
  note text
);

-- Nobody takes this one along: it is in no dictionary, and stays as it is.
create table workshop.article (
  code varchar(20) primary key,
  price numeric(10, 2) not null
);

insert into workshop.technician values (1, 'office', 'The office'), (2, 'ee', 'Eva Eide'), (3, 'ok', 'Ola Krog');
insert into workshop.machine values
  (1, 'P-100', 'Bergen, quay 3', 2, 4200.00),
  (2, 'P-101', 'Bergen, quay 5', 2, 4200.00),
  (3, 'L-200', 'Oslo, gate 1', 3, 15000.50),
  (4, 'L-201', 'Oslo, gate 2', 3, 15000.50);
insert into workshop.visit (visit_id, machine_id, planned) values
  (1, 1, '2026-03-02'), (2, 2, '2026-03-02'), (3, 3, '2026-03-03'), (4, 4, '2026-03-04'), (5, 4, '2026-09-04');
insert into workshop.article values ('seal', 12.50), ('valve', 89.00);
