"""Where money is told of: banks, processors, payers."""
