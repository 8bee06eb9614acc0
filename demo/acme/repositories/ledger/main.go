// The ledger books movements of money.
package main

import "errors"

// Entry is a movement of an amount, in cents, from one account to another.
type Entry struct {
	Debit, Credit string
	Cents         int64
}

var errOneSided = errors.New("an entry needs two accounts that differ, and an amount above zero")

// Check says whether an entry may be booked.
func Check(e Entry) error {
	if e.Debit == "" || e.Credit == "" || e.Debit == e.Credit || e.Cents <= 0 {
		return errOneSided
	}
	return nil
}

func main() {}
