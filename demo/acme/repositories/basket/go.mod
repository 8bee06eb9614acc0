module basket

go 1.24
