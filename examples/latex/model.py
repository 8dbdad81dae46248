model = Sequential([Input((3, 2)), LSTM(2)])
