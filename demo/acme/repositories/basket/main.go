// The basket keeps what a visitor has put aside.
package main

// Line is an article and how many of it.
type Line struct {
	SKU      string
	Quantity int
}

// Put returns the lines with an article at a quantity; none takes it out.
func Put(lines []Line, sku string, quantity int) []Line {
	kept := make([]Line, 0, len(lines)+1)
	for _, line := range lines {
		if line.SKU != sku {
			kept = append(kept, line)
		}
	}
	if quantity > 0 {
		kept = append(kept, Line{sku, quantity})
	}
	return kept
}

func main() {}
